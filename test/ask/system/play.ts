import { parseArgs } from 'node:util'
import { playSystem } from './play-system.ts'

/** The system, to be asked by hand until it is interrupted: node test/ask/system/play.ts [--port 8088] [--set name=value …] */
const { values } = parseArgs({
  options: { port: { type: 'string' }, set: { type: 'string', multiple: true, default: [] } },
})
const startedMs = performance.now()
const system = await playSystem({
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  settings: values.set,
})
const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
process.stdout.write(
  `${system.url} plays the system of ${new Date(system.factsAt).toISOString()} (${seconds} s)\n`,
)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    system.stop().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`${error}\n`)
        process.exit(1)
      },
    )
  })
