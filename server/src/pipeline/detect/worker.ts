import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../kernel/assert.ts'
import { Engine, type EngineCommand } from './engine.ts'
import type { DetectSettings } from './settings.ts'

/** The detector thread: messages in, replies out, nothing else. */
const port = must(parentPort, 'runs as a worker')
const engine = new Engine(workerData as DetectSettings, () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1e3
})
port.on('message', (command: EngineCommand) => {
  const reply = engine.handle(command)
  const answer = reply.answer?.answer
  // What is as large as the engine itself is handed over, not copied.
  port.postMessage(reply, answer?.kind === 'snapshot' ? [answer.bytes.buffer] : [])
})
