import { Drawer } from '../ui/drawer.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { DecisionBadge } from './decision-badge.tsx'
import { DecisionBody } from './decision-body.tsx'
import { courseText } from './decision-word.ts'
import { useDecision } from './use-cost.ts'

/** One decision in full, beside the page. */
export function DecisionDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useDecision(id)
  const { data } = query
  return (
    <Drawer
      title={data ? `${data.service} ${courseText(data)}` : `Decision ${id}`}
      note={
        data && (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <DecisionBadge decision={data} />
            <span>
              decided <Moment at={data.at} form="both" />
            </span>
            <code className="font-mono text-ink-mute text-xs">{data.id}</code>
          </span>
        )
      }
      onClose={onClose}
    >
      <Loaded query={query}>{(decision) => <DecisionBody decision={decision} />}</Loaded>
    </Drawer>
  )
}
