import { Worker } from 'node:worker_threads'
import type { LogCommand, LogEngine, LogReply } from './log/log-engine.ts'
import type { LogSettings } from './log/log-settings.ts'

/** The way to the log engine, wherever it runs. Commands are handled and answered in order. */
export interface LogLink {
  send(command: LogCommand): void
  close(): Promise<void>
}
export type LogLinkEvents = {
  reply(reply: LogReply): void
  /** The engine is gone; nothing more is answered. */
  failed(error: Error): void
}

/** In this thread: for tests and where threads are not wanted. */
export function openInlineLogs(engine: LogEngine, events: LogLinkEvents): LogLink {
  return {
    send: (command) => events.reply(engine.handle(command)),
    close: () => Promise.resolve(),
  }
}

/** In a thread of its own, begun by the program at `url`. */
export function openWorkerLogs(url: URL, settings: LogSettings, events: LogLinkEvents): LogLink {
  const worker = new Worker(url, {
    workerData: settings,
    // Patterns live on the heap, as much of them as the settings let in; the rest is room to work.
    resourceLimits: {
      maxOldGenerationSizeMb: Math.ceil(settings.memoryMaxBytes / 2 ** 20) * 2 + 128,
      maxYoungGenerationSizeMb: 8,
    },
    stdin: false,
  })
  worker.unref()
  let closing = false
  function fail(error: Error): void {
    if (closing) return
    closing = true
    events.failed(error)
  }
  worker.on('message', (reply: LogReply) => {
    if (!closing) events.reply(reply)
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('the thread that mines log lines ended')))
  return {
    send: (command) => worker.postMessage(command),
    async close() {
      closing = true
      await worker.terminate()
    },
  }
}
