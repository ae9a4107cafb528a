import { Worker } from 'node:worker_threads'
import { Engine, type EngineCommand, type EngineReply } from './engine.ts'
import type { DetectSettings } from './settings.ts'

/** The way to an engine, wherever it runs. Commands are handled in order; each gets one reply. */
export interface EngineLink {
  send(command: EngineCommand): void
  close(): Promise<void>
}

export type LinkEvents = {
  reply(reply: EngineReply): void
  /** The engine is gone; nothing more is answered. */
  failed(error: Error): void
}

/** In this thread: for tests and where threads are not wanted. */
export function openInlineLink(settings: DetectSettings, events: LinkEvents): EngineLink {
  const engine = new Engine(settings)
  return {
    send: (command) => events.reply(engine.handle(command)),
    close: () => Promise.resolve(),
  }
}

/** In a thread of its own. Columns of points are handed over, not copied. Resolves when the thread runs. */
export function openWorkerLink(settings: DetectSettings, events: LinkEvents): Promise<EngineLink> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: settings,
    // The state lies outside the heap, in array buffers: the heap itself stays small.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
    stdin: false,
  })
  worker.unref()
  let closing = false
  const link: EngineLink = {
    send: (command) => worker.postMessage(command, transfersOf(command)),
    async close() {
      closing = true
      await worker.terminate()
    },
  }
  return new Promise((resolve, reject) => {
    worker.once('online', () => resolve(link))
    worker.on('message', (reply: EngineReply) => events.reply(reply))
    worker.on('error', (error: Error) => {
      reject(error)
      closing = true
      events.failed(error)
    })
    worker.on('exit', () => {
      if (!closing) events.failed(new Error('the detector thread ended'))
    })
  })
}

function transfersOf(command: EngineCommand): ArrayBuffer[] {
  if (command.kind !== 'points') return []
  return [command.series.buffer, command.timesMs.buffer, command.values.buffer] as ArrayBuffer[]
}
