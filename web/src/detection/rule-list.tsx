import type { DetectionRule, DetectionSettings } from '@aiops/contract/model/detection'
import { selectorOf } from '../series/selector.ts'
import { Panel } from '../ui/panel.tsx'
import { sentenceCase } from '../ui/words.ts'

/** Rules in the order in which they are asked, those that are shipped last. */
export function RuleList({ settings: { rules, shipped } }: { settings: DetectionSettings }) {
  const all = [
    ...rules.map((rule) => ({ rule, own: true })),
    ...shipped.map((rule) => ({ rule, own: false })),
  ]
  return (
    <Panel
      title="Rules in their order"
      note={`${rules.length} of yours, ${shipped.length} shipped`}
      bodyClassName="p-0"
    >
      <ol>
        {all.map(({ rule, own }) => (
          <li
            key={`${own} ${rule.name} ${JSON.stringify(rule.match)}`}
            className="grid gap-x-4 gap-y-0.5 border-t px-4 py-2 first:border-t-0 md:grid-cols-[14rem_minmax(0,1fr)]"
          >
            <span className="min-w-0 break-words font-medium">
              {rule.name}
              {!own && <span className="ml-2 font-normal text-ink-mute text-xs">shipped</span>}
            </span>
            <span className="min-w-0">
              <code className="block break-all font-mono text-ink-soft text-xs">{matchText(rule)}</code>
              <span className="break-words text-xs">{parameterText(rule)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

const matchText = ({ match: { metric, labels = [], series } }: DetectionRule): string =>
  [
    ...(metric ? [metric] : []),
    ...(labels.length > 0 ? [selectorOf(labels)] : []),
    ...(series ? [JSON.stringify(series)] : []),
  ].join(' ') || 'every series'

const parameterText = ({ name: _, match: __, ...parameters }: DetectionRule): string =>
  Object.entries(parameters)
    .map(([key, value]) => `${sentenceCase(key).toLowerCase()} ${value === null ? 'none' : String(value)}`)
    .join(', ')
