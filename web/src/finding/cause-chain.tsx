import type { Finding } from '@aiops/contract/model/finding'
import { ArrowUp } from 'lucide-react'
import { ObjectLink } from './object-link.tsx'
import { objectText } from './object-text.ts'

/** What would explain it, best first, each with how it is tied to the object. */
export function CauseChain({ finding }: { finding: Finding }) {
  const { causes, cluster_id: clusterId, object } = finding
  return (
    <ol className="space-y-1.5">
      {causes.map((cause) => (
        <li
          key={`${objectText(cause.object)} ${cause.rule} ${cause.text}`}
          className="rounded-md border border-high/40 bg-high-soft px-3 py-2"
        >
          <p className="break-words font-medium">{cause.text}</p>
          <p className="flex flex-wrap items-center gap-x-1.5 text-xs">
            <ArrowUp aria-hidden className="size-3 text-ink-mute" />
            {objectText(cause.object) === objectText(object) ? (
              <span className="text-ink-soft">the same {object.kind}</span>
            ) : (
              <ObjectLink {...{ clusterId }} object={cause.object} />
            )}
            <span className="text-ink-soft">{cause.relation}</span>
            {cause.rule && <code className="text-ink-mute">{cause.rule}</code>}
          </p>
        </li>
      ))}
      <li className="px-3 text-ink-soft text-xs">↳ {objectText(object)}: this finding</li>
    </ol>
  )
}
