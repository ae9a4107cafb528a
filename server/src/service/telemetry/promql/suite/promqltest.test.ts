import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createPromqlEngine } from '../engine.ts'
import { runScript } from './index.ts'

const folder = resolve('../shared/suites/promqltest')
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test')) : []

describe.skipIf(files.length === 0)(
  `Prometheus' own promqltest scripts (skipped where ${folder} is absent)`,
  () => {
    it.each(files)('every eval of %s passes', async (file) => {
      const failed: string[] = []
      let evals = 0
      for await (const { line, query, failure } of runScript(
        readFileSync(join(folder, file), 'utf8'),
        createPromqlEngine(),
      )) {
        evals++
        if (failure !== undefined) failed.push(`line ${line}: ${query}: ${failure}`)
      }
      expect(failed).toEqual([])
      expect(evals).toBeGreaterThan(0)
    })
  },
)
