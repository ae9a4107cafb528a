import { Worker } from 'node:worker_threads'
import { Engine, type EngineCommand, type EngineReply } from './engine.ts'
import { PointBlocks } from './point-blocks.ts'
import type { DetectSettings } from './settings.ts'

/** Points wait so long for others before they go to the thread: waking it costs more than judging a few. */
const gatherMs = 2

/**
 * The way to an engine, wherever it runs. Commands are handled in order; points that come close together may get one reply. The memory
 * of a command's points is the caller's again when `send` returns.
 */
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

/** In a thread of its own. Points are gathered in memory that both threads see. Resolves when the thread runs. */
export function openWorkerLink(settings: DetectSettings, events: LinkEvents): Promise<EngineLink> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: settings,
    // The state lies outside the heap, in array buffers: the heap itself stays small.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
    stdin: false,
  })
  worker.unref()
  let closing = false
  const blocks = new PointBlocks()
  let gathering: NodeJS.Timeout | undefined
  function flush(): void {
    clearTimeout(gathering)
    gathering = undefined
    const points = blocks.take()
    if (points) worker.postMessage({ kind: 'points', ...points } satisfies EngineCommand)
  }
  const link: EngineLink = {
    send(command) {
      if (command.kind === 'points') {
        blocks.add(command, flush)
        if (blocks.count > 0) gathering ??= setTimeout(flush, gatherMs).unref()
        return
      }
      flush()
      const question = command.kind === 'ask' ? command.question : undefined
      worker.postMessage(command, question?.kind === 'restore' ? [question.bytes.buffer] : [])
    },
    async close() {
      closing = true
      clearTimeout(gathering)
      await worker.terminate()
    },
  }
  return new Promise((resolve, reject) => {
    worker.once('online', () => resolve(link))
    worker.on('message', (reply: EngineReply) => {
      if (reply.points > 0) blocks.giveBack()
      events.reply(reply)
    })
    worker.on('error', (error: Error) => {
      reject(error)
      closing = true
      clearTimeout(gathering)
      events.failed(error)
    })
    worker.on('exit', () => {
      if (!closing) events.failed(new Error('the detector thread ended'))
    })
  })
}
