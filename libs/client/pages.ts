/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; null on the last one. */
  readonly nextCursor: string | null;
}

/** A list: awaited it is its first page, in `for await` every item of every page, fetched as they are needed. */
export type Pages<Item> = Promise<Page<Item>> & AsyncIterable<Item>;

/** @param read the page that begins at a cursor, the first one without */
export function pagesOf<Item>(read: (cursor: string | undefined) => Promise<Page<Item>>): Pages<Item> {
  const first = read(undefined);
  return Object.assign(first, {
    async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
      for (let page = await first; ; page = await read(page.nextCursor)) {
        yield* page.items;
        if (page.nextCursor === null) return;
      }
    },
  });
}
