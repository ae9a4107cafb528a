import { bold, dim, print } from '../print.ts'

/** Tells what happens as it happens: a sentence for people, or one JSON object a line. */
export type Reporter = {
  (event: string, sentence: string, fields: Record<string, unknown>): void
  /** The same, but a second time with one key is silent. */
  once(key: string, event: string, sentence: string, fields: Record<string, unknown>): void
  told(key: string): boolean
}

export function createReporter(json: boolean): Reporter {
  const startedAt = Date.now()
  const told = new Set<string>()
  const report = (event: string, sentence: string, fields: Record<string, unknown>): void => {
    const seconds = (Date.now() - startedAt) / 1_000
    if (json) process.stdout.write(`${JSON.stringify({ event, seconds, sentence, ...fields })}\n`)
    else
      print(
        `${dim(`${seconds.toFixed(1).padStart(6)} s`)}  ${event === 'end' || event === 'fault' ? bold(sentence) : sentence}`,
      )
  }
  return Object.assign(report, {
    told: (key: string): boolean => told.has(key),
    once(key: string, event: string, sentence: string, fields: Record<string, unknown>) {
      if (told.has(key)) return
      told.add(key)
      report(event, sentence, fields)
    },
  })
}
