/**
 * Errors of the HTTP API: a text, a status, and the body Toxiproxy gives them. All texts live here.
 */
import { formatString } from './json-format.ts';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }

  /** The members of the error object, without braces. */
  get members(): string {
    return `"error":${formatString(this.message)},"status":${this.status}`;
  }
}

export const badBody = (why: string): ApiError => new ApiError(`bad request body: ${why}`, 400);
export const missingField = (field: string): ApiError =>
  new ApiError(`missing required field: ${field}`, 400);
export const badStream = (): ApiError =>
  new ApiError('stream was invalid, can be either upstream or downstream', 400);
export const badToxicType = (): ApiError => new ApiError('invalid toxic type', 400);
export const proxyNotFound = (): ApiError => new ApiError('proxy not found', 404);
export const toxicNotFound = (): ApiError => new ApiError('toxic not found', 404);
export const proxyExists = (): ApiError => new ApiError('proxy already exists', 409);
export const toxicExists = (): ApiError => new ApiError('toxic already exists', 409);
export const bodyTooLarge = (bytesMax: number): ApiError =>
  new ApiError(`request body is larger than ${bytesMax} bytes`, 413);
export const serverClosed = (): ApiError => new ApiError('the server is closing', 503);

/** Any error as an API error; what has no status of its own is a 500. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(message, 500, { cause: error });
}
