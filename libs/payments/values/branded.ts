declare const brand: unique symbol;

/** A value that has been parsed: it can be had only from the function that checks it. */
export type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };
