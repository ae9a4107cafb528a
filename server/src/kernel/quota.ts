/** What is left of a rate limit, in what it counts: requests, or items of telemetry. */
export type Quota = {
  /** What may be used at once. */
  limit: number
  remaining: number
  /** Seconds until all of it may be used again; 0 for now. */
  resetSeconds: number
}
