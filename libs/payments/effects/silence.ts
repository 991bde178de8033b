import { IrisBatchRejected, IrisMisconfigured, IrisOutcomeUnknown, IrisUnavailable } from '#libs/iris';

/** A question that IRIS did not answer, for whatever reason. Silence is no verdict: it is asked again. */
export const isSilence = (error: unknown): error is Error =>
  error instanceof IrisBatchRejected ||
  error instanceof IrisUnavailable ||
  error instanceof IrisOutcomeUnknown ||
  error instanceof IrisMisconfigured;
