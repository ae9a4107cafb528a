import type { FindingRule } from '@aiops/contract/model/finding'
import { code, page, table } from './markdown.ts'

/** What the analyzers look for. */
export const findingPages: Record<string, () => Promise<string>> = { 'findings.md': findingPage }

type Row = Omit<FindingRule, 'area'>

async function findingPage(): Promise<string> {
  const { rules } = await import('../../server/src/service/kubernetes/analyzer/rules.ts')
  const analyzers = [...new Set(rules.map(({ analyzer }) => analyzer))].sort()
  return page(
    'Findings',
    `What the analyzers look for in a cluster: ${rules.length} rules, none of which asks a model. Each has an example that it finds and one that looks alike and that it does not, and of a healthy cluster they find nothing; tests hold them to that. \`not when\` is what looks alike. The severity is that of most cases; a finding says its own. A rule that needs a kind which may not be read says nothing, and the kind is named.`,
    ...analyzers.flatMap((analyzer) => [
      `## ${analyzer}`,
      ruleTable(rules.filter((rule) => rule.analyzer === analyzer)),
    ]),
  )
}

const ruleTable = (rules: readonly Row[]): string =>
  table(
    ['rule', 'severity', 'found when', 'not when', 'alert', 'read on'],
    rules.map(({ id, severity, condition, not_when, alert_name, documentation_url }) => [
      code(id),
      severity,
      condition,
      not_when,
      alert_name === null ? '' : code(alert_name),
      `[${new URL(documentation_url).hostname}](${documentation_url})`,
    ]),
  )
