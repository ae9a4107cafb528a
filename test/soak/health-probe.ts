import { Agent, get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * Asks for health every 5 ms over one connection, each request sent when the one before is answered; runs in a worker, so that what the
 * asker reads meanwhile does not count. Answers any message with the slowest answer since the last, in ms, and starts anew.
 */
const { url, everyMs } = workerData as { url: string; everyMs: number }
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
let slowestMs = 0
let startedMs = performance.now()
let out = false
let ended = false

function ask(): void {
  if (ended) return
  startedMs = performance.now()
  out = true
  const next = (): void => {
    out = false
    const tookMs = performance.now() - startedMs
    slowestMs = Math.max(slowestMs, tookMs)
    setTimeout(ask, Math.max(0, everyMs - tookMs))
  }
  get(url, { agent }, (answer) => answer.resume().on('end', next)).on('error', next)
}

parentPort?.on('message', (message) => {
  if (message === 'end') {
    ended = true
    agent.destroy()
    parentPort?.close()
    return
  }
  parentPort?.postMessage(Math.max(slowestMs, out ? performance.now() - startedMs : 0))
  slowestMs = 0
})
ask()
