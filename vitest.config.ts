import { defineConfig } from 'vitest/config'
import { SkipReporter } from './test/skip-reporter.ts'

/** Where the JSON of a run goes, for `.ci/run`, which adds the runs up. */
const jsonFile = process.env.AIOPS_TEST_JSON

const longFiles = 'test/journey/**/*.long.test.ts'

/** Nothing is mocked and no state is global, so files share a process: what is imported is compiled once, not eight hundred times. */
const unit = (name: string, include: string[]) => ({
  extends: true as const,
  test: { name, include, isolate: false, sequence: { groupOrder: 0 } },
})

/** Through the real program, in processes of its own: one file at a time, so that they measure the program and not each other. */
const whole = (name: string, include: string[], groupOrder: number, exclude: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude,
    sequence: { groupOrder },
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})

/** Journeys of minutes in which the program mostly waits, for a window to pass or a silence to be noticed: side by side. */
const waiting = (name: string, include: string[], groupOrder: number) => {
  const { test, ...rest } = whole(name, include, groupOrder)
  return { ...rest, test: { ...test, maxWorkers: 3 } }
}

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 30_000,
    // A second, as it is by default, is short where other programs have the processor.
    expect: { poll: { timeout: 10_000 } },
    passWithNoTests: false,
    globalSetup: ['./test/temporary-folder.ts'],
    setupFiles: ['./test/fuzz-seed.ts'],
    reporters: [new SkipReporter(), 'default', ...(jsonFile ? ['json'] : [])],
    ...(jsonFile ? { outputFile: { json: jsonFile } } : {}),
    projects: [
      unit('contract', ['contract/src/**/*.test.ts']),
      unit('server', ['server/src/**/*.test.ts']),
      unit('web', ['web/src/**/*.test.{ts,tsx}']),
      unit('bench', ['bench/**/*.test.ts']),
      unit('shape', ['test/{shape,simulation,kubernetes,forge}/**/*.test.ts']),
      whole('example', ['example/**/*.test.ts'], 1),
      whole('journey', ['test/journey/**/*.test.ts'], 1, [longFiles]),
      waiting('long-journey', [longFiles], 2),
      whole('integration', ['test/integration/**/*.test.ts'], 3),
    ],
  },
})
