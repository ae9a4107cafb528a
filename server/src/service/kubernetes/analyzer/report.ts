import type { Finding, FindingRule } from '@aiops/contract/model/finding'
import { severities } from '@aiops/contract/model/severity'
import { plainText } from './evidence.ts'

/** What was found, for people and for other programs. */
export type Report = {
  findings: readonly Finding[]
  /** Kinds that could not be read, so that their rules said nothing. */
  unknown: readonly string[]
  rules: readonly Omit<FindingRule, 'area'>[]
  /** Version of this program. */
  version: string
}
export const reportFormats = ['text', 'json', 'sarif'] as const
export type ReportFormat = (typeof reportFormats)[number]

export function formatReport(format: ReportFormat, report: Report): string {
  if (format === 'json')
    return `${JSON.stringify({ findings: report.findings, unknown: report.unknown }, null, 2)}\n`
  if (format === 'sarif') return `${JSON.stringify(sarifOf(report), null, 2)}\n`
  return textOf(report)
}

function textOf({ findings, unknown }: Report): string {
  const lines = findings.flatMap(linesOf)
  if (unknown.length > 0)
    lines.push(`Not known, so their rules said nothing: ${unknown.map(plainText).join(', ')}.`, '')
  const counts = severities
    .map((severity) => ({ severity, count: findings.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`)
  lines.push(findings.length === 0 ? 'Nothing found.' : `${findings.length} found: ${counts.join(', ')}.`)
  return `${lines.join('\n')}\n`
}

/** Everything here may come from a cluster, so that no line of it may steer a terminal. */
function linesOf(one: Finding): string[] {
  const parent = one.parent ? ` (of ${one.parent.kind} ${one.parent.name})` : ''
  return [
    `${one.severity} ${nameOf(one.object)}${parent}: ${one.title}`,
    `  rule ${one.rule}, cluster ${one.cluster_name}${one.since ? `, since ${one.since}` : ''}${one.alert_name ? `, alert ${one.alert_name}` : ''}`,
    ...one.causes.map(({ object, text, relation }) => `  because (${relation}) ${nameOf(object)}: ${text}`),
    ...one.evidence.map(({ source, text, at }) => `  seen ${at ? `${at} ` : ''}${source}: ${text}`),
    ...one.remediation.flatMap(({ text, command }) => [
      `  do ${text}`,
      ...(command ? [`     ${command}`] : []),
    ]),
    `  read ${one.documentation_url}`,
  ]
    .map((line) => (/^ */.exec(line)?.[0] ?? '') + plainText(line))
    .concat('')
}

const nameOf = ({ kind, namespace, name }: Finding['object']): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`

const levels: Record<Finding['severity'], 'error' | 'warning' | 'note'> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
  INFO: 'note',
}
/** Scale of GitHub code scanning: from 9 critical, 7 high, 4 medium. */
const ranks: Record<Finding['severity'], string> = {
  CRITICAL: '9.5',
  HIGH: '8.0',
  MEDIUM: '5.0',
  LOW: '2.0',
  INFO: '0.5',
}

/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html. An object is a logical location; it is in no file. */
function sarifOf({ findings, unknown, rules, version }: Report): object {
  const index = new Map(rules.map(({ id }, i) => [id, i]))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'aiops', version, semanticVersion: version, rules: rules.map(sarifRule) } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: unknown.map((kind) => ({
              level: 'warning',
              message: { text: `${kind} could not be read, so its rules said nothing.` },
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: findings.map((one) => sarifResult(one, index.get(one.rule))),
      },
    ],
  }
}

const sarifRule = (rule: Report['rules'][number]): object => ({
  id: rule.id,
  name: pascal(rule.id),
  shortDescription: { text: rule.condition },
  fullDescription: { text: `${rule.condition} Not when: ${rule.not_when}.` },
  helpUri: rule.documentation_url,
  defaultConfiguration: { level: levels[rule.severity] },
  properties: {
    tags: [rule.analyzer, ...(rule.alert_name ? [rule.alert_name] : [])],
    'security-severity': ranks[rule.severity],
  },
})

const pascal = (id: string): string =>
  id
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')

function sarifResult(one: Finding, ruleIndex: number | undefined): object {
  const because = one.causes[0] ? ` Because of ${nameOf(one.causes[0].object)}: ${one.causes[0].text}` : ''
  return {
    ruleId: one.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[one.severity],
    message: { text: `${nameOf(one.object)}: ${one.title}${because}` },
    locations: [locationOf(one.cluster_name, one.object)],
    relatedLocations: one.causes.map((cause, id) => ({
      id,
      ...locationOf(one.cluster_name, cause.object),
      message: { text: cause.text },
    })),
    partialFingerprints: { 'findingId/v1': one.id },
    properties: {
      severity: one.severity,
      since: one.since,
      found_at: one.found_at,
      evidence: one.evidence,
      remediation: one.remediation,
      alert_name: one.alert_name,
    },
  }
}

/** The path is that of the API, so that readers which want a file have something to show. */
function locationOf(cluster: string, { kind, namespace, name }: Finding['object']): object {
  const path = [cluster, namespace, kind, name].filter((part) => part !== '')
  return {
    physicalLocation: { artifactLocation: { uri: path.map(encodeURIComponent).join('/') } },
    logicalLocations: [{ name, fullyQualifiedName: path.join('/'), kind: 'resource' }],
  }
}
