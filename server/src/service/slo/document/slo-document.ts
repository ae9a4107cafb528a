import { SloInput } from '@aiops/contract/model/slo'
import { isMap, LineCounter, parseAllDocuments } from 'yaml'
import type { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'
import type { SloLanguage } from '../index.ts'
import { measureOf } from '../indicator.ts'
import { checkRules } from '../slo-check.ts'
import { openSlos } from './openslo.ts'
import { slothSlos } from './sloth.ts'
import type { WrittenSlo } from './written-slo.ts'

/** With problems it counts for nothing; each says where it is. */
export type SloDocument = { slos: SloInput[]; problems: string[] }

const problemsMax = 100
const documentsMax = 100
const slosMax = 500

/** Objectives in our form (`slos:` with a list), OpenSLO v1 or Sloth's prometheus/v1; several documents of a file stand between `---`. */
export function readSlos(text: string, language: SloLanguage): SloDocument {
  const problems: string[] = []
  const slos: SloInput[] = []
  for (const { place, ...one } of writtenIn(text, problems)) {
    if ('problem' in one) problems.push(`${place}: ${one.problem}`)
    else {
      const read = readOne(one.input, language)
      if ('problems' in read) problems.push(...read.problems.map((problem) => `${place}: ${problem}`))
      else slos.push(read.slo)
    }
  }
  const names = new Set<string>()
  for (const { name } of slos) {
    if (names.has(name)) problems.push(`The name ${JSON.stringify(name)} is there twice.`)
    names.add(name)
  }
  if (slos.length > slosMax) problems.push(`A file may hold ${slosMax} objectives.`)
  return { slos: problems.length > 0 ? [] : slos, problems: problems.slice(0, problemsMax) }
}

function writtenIn(text: string, problems: string[]): WrittenSlo[] {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines, logLevel: 'error' })
  const documents = Array.isArray(parsed) ? parsed.slice(0, documentsMax) : []
  const roots: Record<string, unknown>[] = []
  for (const document of documents) {
    for (const error of document.errors) problems.push(messageOf(error).split('\n')[0] ?? 'not YAML')
    if (document.errors.length > 0 || document.contents === null) continue
    try {
      // Anchors are followed by the library, which bounds how often.
      const value: unknown = document.toJS({ maxAliasCount: 100 })
      if (value === null) continue
      if (isMap(document.contents)) roots.push(value as Record<string, unknown>)
      else problems.push('A mapping is expected: `slos:`, an OpenSLO object, or a Sloth specification.')
    } catch (error) {
      problems.push(messageOf(error))
    }
  }
  return roots.flatMap((root): WrittenSlo[] => {
    if (typeof root.apiVersion === 'string' && root.apiVersion.startsWith('openslo/'))
      return openSlos(root, roots)
    if (root.version === 'prometheus/v1') return slothSlos(root)
    if (Array.isArray(root.slos))
      return root.slos.map((input, i) => ({ place: `slos[${i}]`, input: input as z.input<typeof SloInput> }))
    return [
      {
        place: 'document',
        problem: 'holds neither `slos`, nor `apiVersion: openslo/v1`, nor `version: prometheus/v1`.',
      },
    ]
  })
}

function readOne(input: unknown, language: SloLanguage): { slo: SloInput } | { problems: string[] } {
  const read = SloInput.strict().safeParse(input)
  if (!read.success)
    return {
      problems: read.error.issues.map(({ path, message }) =>
        [path.join('.'), message].filter(Boolean).join(': '),
      ),
    }
  try {
    measureOf(read.data.indicator, language)
    checkRules(read.data)
    return { slo: read.data }
  } catch (error) {
    return { problems: [messageOf(error)] }
  }
}
