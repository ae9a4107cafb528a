import type { IncidentDetail, TimelineEvent } from '@aiops/contract/model/incident'
import { Activity, type LucideIcon, MessageSquare, Search, SquareTerminal, Tag } from 'lucide-react'
import { useState } from 'react'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { CommentBox } from './comment-box.tsx'
import { groupOf, type TimelineGroup, timelineGroups, timelineOf } from './timeline-group.ts'

const icons: Record<TimelineGroup, LucideIcon> = {
  Signals: Activity,
  Status: Tag,
  Diagnosis: Search,
  Runbook: SquareTerminal,
  Comments: MessageSquare,
}

/** Everything that happened, newest first. */
export function TimelinePanel({ incident }: { incident: IncidentDetail }) {
  const [groups, setGroups] = useState<TimelineGroup[]>([])
  const events = timelineOf(incident.timeline, groups)
  const keys = uniqueKeys(events, (event) => `${event.at} ${event.type}`)
  return (
    <Panel
      title="Timeline"
      note={`${events.length === incident.timeline.length ? '' : `${events.length} of `}${incident.timeline.length}`}
      actions={
        <FilterMenu
          label="Show"
          options={timelineGroups}
          chosen={groups}
          word={(group) => group}
          onChange={setGroups}
        />
      }
    >
      <CommentBox incidentId={incident.id} />
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard
        tabIndex={0}
        aria-label="What happened, newest first"
        className="mt-3 max-h-[40rem] overflow-y-auto"
      >
        <ol>
          {events.map((event, i) => (
            <TimelineRow key={keys[i]} event={event} last={i === events.length - 1} />
          ))}
        </ol>
      </section>
      {events.length === 0 && <p className="text-ink-mute">Nothing of this kind.</p>}
    </Panel>
  )
}

function TimelineRow({ event, last }: { event: TimelineEvent; last: boolean }) {
  const group = groupOf[event.type]
  const Icon = icons[group]
  return (
    <li className="relative flex gap-3 pb-3">
      {!last && <span aria-hidden className="absolute top-6 bottom-0 left-3 w-px bg-line" />}
      <span
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-sunken text-ink-soft"
        title={group}
      >
        <Icon aria-label={group} className="size-3.5" />
      </span>
      <div className="min-w-0 flex-1">
        <p
          className={
            group === 'Comments'
              ? 'whitespace-pre-wrap break-words rounded-md bg-sunken px-2.5 py-1.5'
              : 'break-words'
          }
        >
          {event.sentence}
        </p>
        <p className="text-ink-mute text-xs">
          <Moment at={event.at} /> · {event.actor}
        </p>
      </div>
    </li>
  )
}
