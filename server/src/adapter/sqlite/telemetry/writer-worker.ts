import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../../kernel/assert.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import { isDamage } from './connection.ts'
import type { FromWriter, Task, ToWriter, WriterData } from './message.ts'
import { WriteSession } from './write-session.ts'

// The worker that owns the telemetry file: commits entries in groups, runs one task at a time between groups.
const { path, bytesMax, commitWindowMs } = workerData as WriterData
/** Waiting bytes that end a window early. */
const groupBytes = 8 * 1_048_576

const port = must(parentPort, 'the writer runs as a worker')
const session = new WriteSession(path, bytesMax)
const tasks: { id: number; task: Task }[] = []
let waiting: Entry[] = []
let waitingBytes = 0
let closed = false
let seriesHeard = 0
let seriesSaved = 0
let window: ReturnType<typeof setTimeout> | undefined

// kernel/fault would bring the contract and zod: 60 ms of the worker's start.
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const tell = (message: FromWriter): void => port.postMessage(message)

port.on('message', (message: ToWriter) => {
  switch (message.type) {
    case 'append':
      waiting.push(message.entry)
      waitingBytes += message.entry.body.length
      if (waitingBytes >= groupBytes) commit()
      else window ??= setTimeout(commit, commitWindowMs)
      break
    case 'series':
      session.addSeries(message)
      seriesHeard = message.batch
      window ??= setTimeout(commit, commitWindowMs)
      break
    case 'stage':
      session.stage(message.signal, message.slice)
      break
    case 'unstage':
      session.unstage(message.signal)
      break
    case 'run':
      tasks.push({ id: message.id, task: message.task })
      if (tasks.length === 1) setImmediate(work)
  }
})
tell({ type: 'ready' })

function commit(): void {
  clearTimeout(window)
  window = undefined
  const entries = waiting
  waiting = []
  waitingBytes = 0
  if (entries.length === 0 && !session.hasSeries()) return
  try {
    const first = session.append(entries)
    if (entries.length > 0) tell({ type: 'appended', first, count: entries.length })
    setImmediate(() => session.settle())
  } catch (error) {
    // Series stay with the session and go with its next transaction.
    if (entries.length > 0)
      tell({
        ...{ type: 'refused', count: entries.length, reason: messageOf(error) },
        damaged: isDamage(error),
      })
  }
  tellSaved()
}

/** Any transaction writes the series that wait. */
function tellSaved(): void {
  if (session.hasSeries() || seriesSaved === seriesHeard) return
  seriesSaved = seriesHeard
  tell({ type: 'saved', batch: seriesSaved })
}

function work(): void {
  const current = tasks[0]
  if (!current) return
  if (current.task.kind === 'close') commit()
  try {
    if (session.step(current.task)) finish({ type: 'done', id: current.id, totals: session.totals })
  } catch (error) {
    finish({ type: 'failed', id: current.id, reason: messageOf(error), damaged: isDamage(error) })
  }
  tellSaved()
  if (tasks.length > 0) setImmediate(work)
  else setImmediate(merge)
}

/** Only while no task waits, and with a turn for entries after each slice. A part that could not be merged is looked at again later. */
function merge(): void {
  if (tasks.length > 0 || closed) return
  try {
    if (session.mergeSome()) setImmediate(merge)
  } catch {
    // No room, or the file cannot be written: the task or the entries that meet it next report it.
  }
}

function finish(message: FromWriter): void {
  const ended = tasks.shift()
  tell(message)
  if (ended?.task.kind !== 'close') return
  closed = true
  port.close()
}
