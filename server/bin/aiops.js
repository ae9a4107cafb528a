#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=65536 MALLOC_MMAP_THRESHOLD_=131072 node --max-semi-space-size=4 --heap-growing-percent=60
// The `aiops` command. Plain ES2020, because an older system Node may be the one that reads it:
// then the same command line goes on under the Node 24 that `npm ci` installed. The first flag keeps the young generation,
// which V8 lets grow to three times 16 MiB, at what an idle platform needs: its telemetry lies outside the heap. The second lets the old generation,
// small for the same reason, grow by 60 % before it is marked again: at full load marking else took up to half the work. Two arenas
// instead of glibc's eight a core, and thresholds that stay where they are (mallopt(3)), save 22 MB of 222: threads allocate in turn.
import { spawn } from 'node:child_process'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node')
  } catch {
    console.error(
      `aiops needs Node 24 and this is ${process.version}: run "npm ci" in the project's folder first.`,
    )
    return process.exit(1)
  }
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Compiled code is kept for the next start, and its worker threads' memory is smaller for it. Not fatal where it cannot be written.
  module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/aiops', import.meta.url)))
  await import(main.href)
} else {
  const child = spawn(pinnedNode(), [...process.execArgv, fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])
    process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`aiops could not start its own Node 24: ${error.message}. Run "npm ci" again.`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}
