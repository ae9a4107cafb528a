/** Bounds of the streams of conversations. */
export const chatLimits = {
  /** Of one process: server-sent events and WebSockets together. */
  readersMax: 500,
  /** Of one message of a client. */
  messageBytesMax: 65_536,
  /** A client without an auth message is sent away, where a key is asked for. */
  authWithinMs: 10_000,
  /** A comment on a stream that says nothing, so that nobody in between takes it for dead. */
  commentMs: 15_000,
  /** A WebSocket whose other side has not answered by the next one is gone. */
  heartbeatMs: 30_000,
  /** A client that was told to go and does not is cut off. */
  closeWithinMs: 1_000,
  /** Messages of one client: so many at once, so many a minute after that, so many that wait. */
  messagesBurst: 100,
  messagesPerMinute: 1_200,
  messagesWaitingMax: 20,
  /** Answers that one client reads at the same time. */
  followsMax: 10,
} as const
