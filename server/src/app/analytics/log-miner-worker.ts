import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../kernel/assert.ts'
import { type LogCommand, LogEngine } from '../../pipeline/detect/log/log-engine.ts'
import type { LogSettings } from '../../pipeline/detect/log/log-settings.ts'
import { mining } from './mining.ts'

/** The thread that mines log lines: messages in, replies out, nothing else. */
const port = must(parentPort, 'runs as a worker')
const engine = new LogEngine(workerData as LogSettings, mining)
port.on('message', (command: LogCommand) => port.postMessage(engine.handle(command)))
