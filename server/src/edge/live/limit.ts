/** Bounds of the live connection; docs/reference/live.md shows them. */
export const liveLimits = {
  /** Viewers of one process. */
  connectionsMax: 1_000,
  /** Of one message, either way. */
  messageBytesMax: 65_536,
  /** A viewer without an auth message is sent away, where a key is asked for. */
  authWithinMs: 10_000,
  heartbeatMs: 30_000,
  pongWithinMs: 10_000,
  /** Points wait so long to be sent together. */
  flushMs: 1_000,
  /** A viewer that was told to go and does not is cut off. */
  closeWithinMs: 1_000,
  /** Messages a viewer may send: so many at once, and so many a second after that. */
  messagesBurst: 100,
  messagesPerSecond: 20,
  seriesMax: 100,
  /** Events waiting for one viewer, and what its socket may hold back before waiting begins. */
  queueMax: 100,
  bufferedBytesMax: 1_048_576,
  pointsPerSeriesMax: 1_000,
} as const
