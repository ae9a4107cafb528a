import type { Runbook, RunbookStep } from '@aiops/contract/model/runbook'

/** A runbook of the platform as a document: what it is for and what it does, in the words of its file. Headers and bodies of calls stay out: they may hold what is secret. */
export function runbookText(runbook: Runbook): string {
  const { match, steps, rollback, verify, approval } = runbook
  const lines = [
    ...(runbook.description === '' ? [] : [runbook.description, '']),
    ...['## When', ''],
    `- kind of trouble: ${match.categories.join(', ') || 'any'}`,
    `- entities: ${match.entities.join(', ') || 'any'}`,
    `- approval: ${approval.required ? 'a person approves it' : 'runs by itself'}`,
    ...['', '## Steps', ''],
    ...steps.map((step, at) => `${at + 1}. ${sentenceOf(step)}`),
  ]
  const checks = verify.conditions.map(({ metric }) => `- ${metric} is as it should be`)
  if (verify.anomalies_ended) checks.push('- the anomalies of the incident have ended')
  if (checks.length > 0) lines.push('', '## Afterwards', '', ...checks)
  if (rollback.length > 0)
    lines.push('', '## Rollback', '', ...rollback.map((step, at) => `${at + 1}. ${sentenceOf(step)}`))
  return lines.join('\n')
}

function sentenceOf(step: RunbookStep): string {
  if (step.type === 'wait') return `${step.name}: wait ${step.duration}`
  if (step.type === 'condition') return `${step.name}: check ${step.condition.metric}`
  return `${step.name}: ${step.method} ${withoutQuery(step.url)}`
}

/** A query may hold a token. */
const withoutQuery = (url: string): string => url.split('?')[0] ?? url
