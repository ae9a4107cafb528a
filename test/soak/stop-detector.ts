import { getEnvironmentData, isMainThread, parentPort, setEnvironmentData } from 'node:worker_threads'

/**
 * Loaded before the real program (`NODE_OPTIONS=--import …`): SIGUSR2 stops its detector thread, and the next one lets it go on. The
 * thread itself stands still, as one that a debugger holds: what is sent to it piles up, and nothing of the program knows why.
 */
const key = 'aiops.stopped'
const cell = isMainThread
  ? new Int32Array(new SharedArrayBuffer(4))
  : (getEnvironmentData(key) as Int32Array | undefined)

if (isMainThread && cell) {
  setEnvironmentData(key, cell)
  process.on('SIGUSR2', () => {
    Atomics.xor(cell, 0, 1)
    Atomics.notify(cell, 0)
  })
} else if (cell && parentPort && process.argv[1]?.endsWith('/detect/worker.ts')) {
  const port = parentPort
  const on = port.on.bind(port)
  port.on = ((name: string, listener: (value: unknown) => void) =>
    name === 'message'
      ? on('message', (value: unknown) => {
          Atomics.wait(cell, 0, 1)
          listener(value)
        })
      : on(name as 'close', listener as () => void)) as typeof port.on
}
