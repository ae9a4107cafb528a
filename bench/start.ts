import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from './machine.ts'

/** Seconds from the process's start to `ready` with an existing data folder, and its memory once idle. */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, idle: { type: 'string', default: '30' } },
})
const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
const aiops = fileURLToPath(new URL('../server/bin/aiops.js', import.meta.url))

/** As the command's first line has them. */
const allocator = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '131072',
}

async function once(idleSeconds: number): Promise<{ ready: number; memoryMb: number }> {
  const began = performance.now()
  const server = spawn(
    process.execPath,
    [
      '--max-semi-space-size=4',
      '--heap-growing-percent=60',
      aiops,
      'serve',
      '--port',
      '0',
      '--data',
      folder,
      '--set',
      'log.level=warn',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...allocator } },
  )
  await new Promise<void>((resolve) =>
    createInterface(server.stdout).on('line', (line) => line.startsWith('ready ') && resolve()),
  )
  const ready = (performance.now() - began) / 1_000
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1_000))
  const memoryMb = Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1_024,
  )
  server.kill('SIGTERM')
  await new Promise((resolve) => server.on('exit', resolve))
  return { ready, memoryMb }
}

const before = machine()
await once(5)
const runs = []
for (let i = 0; i < Number(values.runs); i += 1) runs.push((await once(2)).ready)
const { memoryMb } = await once(Number(values.idle))
runs.sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({ bench: 'start', machine: before, ready_seconds: { min: runs[0], median: runs[Math.floor(runs.length / 2)], max: runs.at(-1) }, idle_rss_mb: memoryMb, idle_after_seconds: Number(values.idle) })}\n`,
)
rmSync(folder, { recursive: true, force: true })
