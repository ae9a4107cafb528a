import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { expect, it } from 'vitest'
import { parseScript } from '../suite/index.ts'
import { parsePromql } from './parse.ts'

const folder = resolve('../shared/suites/promqltest')

/** Well formed to the grammar of Prometheus' own web page; types it does not judge. */
function grammarTakes(query: string): boolean {
  let errors = 0
  parser.parse(query).iterate({
    enter: ({ type }) => {
      if (type.isError) errors += 1
    },
  })
  return errors === 0
}

function weTake(query: string): boolean {
  try {
    parsePromql(query)
    return true
  } catch {
    return false
  }
}

const queries = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.test'))
      .flatMap((name) => parseScript(readFileSync(join(folder, name), 'utf8')))
      .flatMap((command) => (command.command === 'eval' ? [command.query] : []))
  : []

/** What Prometheus' server takes, by its own tests, and the grammar 0.314 does not. */
const known = /\b(min_of|max_of)\(|\d\.(?!\d)/

it.skipIf(queries.length === 0)(
  'agrees with the published grammar on which queries of the suite are well formed',
  () => {
    const differing = [...new Set(queries)].filter((query) => grammarTakes(query) !== weTake(query))
    expect(differing.filter((query) => !known.test(query))).toEqual([])
  },
)
