import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../kernel/assert.ts'
import { Engine, type EngineCommand } from './engine.ts'
import type { DetectSettings } from './settings.ts'

/** The detector thread: messages in, replies out, nothing else. */
const port = must(parentPort, 'runs as a worker')
const engine = new Engine(workerData as DetectSettings)
port.on('message', (command: EngineCommand) => port.postMessage(engine.handle(command)))
