import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { buttonStyle } from '../ui/button.tsx'
import { Drawer } from '../ui/drawer.tsx'
import { Moment } from '../ui/moment.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { ObjectChanges } from './object-changes.tsx'
import { ObjectEvents } from './object-events.tsx'
import { ObjectFields } from './object-fields.tsx'
import { ObjectFindings } from './object-findings.tsx'
import { ObjectSummary } from './object-summary.tsx'
import { PodLogs } from './pod-logs.tsx'
import { type ObjectName, type ObjectPart, readObject, type TabSearch } from './tab-search.ts'
import type { TabChange } from './use-tab-search.ts'

type ObjectDrawerProps = { clusterId: string; search: TabSearch; change: TabChange }

/** The thing that the address names, in full. */
export function ObjectDrawer({ clusterId, search, change }: ObjectDrawerProps) {
  const object = readObject(search.object)
  if (!object) return null
  const { at } = search
  const isPod = object.kind === 'Pod'
  const props = { clusterId, object, at, change }
  const part: ObjectPart = search.part === 'logs' && !isPod ? 'summary' : (search.part ?? 'summary')
  const tabs: { value: ObjectPart; label: string; content: ReactNode }[] = [
    { value: 'summary', label: isPod ? 'Containers' : 'Summary', content: <ObjectSummary {...props} /> },
    ...(isPod ? [{ value: 'logs' as const, label: 'Logs', content: <PodLogs {...props} /> }] : []),
    { value: 'events', label: 'Events', content: <ObjectEvents {...props} /> },
    { value: 'changes', label: 'Changes', content: <ObjectChanges {...props} /> },
    { value: 'findings', label: 'Findings', content: <ObjectFindings {...props} /> },
    { value: 'fields', label: 'Fields', content: <ObjectFields {...props} /> },
  ]
  return (
    <Drawer
      title={object.name}
      note={<DrawerNote {...{ clusterId, object, at }} />}
      onClose={() => change({ object: undefined, part: undefined })}
    >
      <TabList
        label={`Parts of ${object.name}`}
        value={part}
        onChange={(next) => change({ part: next === 'summary' ? undefined : next }, true)}
        tabs={tabs}
      />
    </Drawer>
  )
}

type DrawerNoteProps = { clusterId: string; object: ObjectName; at: string | undefined }

function DrawerNote({ clusterId, object, at }: DrawerNoteProps) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span>
        {object.kind}
        {object.namespace && ` in ${object.namespace}`}
      </span>
      {at && (
        <span className="rounded bg-medium-soft px-1.5 text-medium">
          as it was at <Moment at={at} />
        </span>
      )}
      {object.kind === 'Node' && (
        <Link
          to="/clusters/$id"
          params={{ id: clusterId }}
          search={{ tab: 'pods', node: object.name, ...(at && { at }) }}
          className={buttonStyle({ size: 'small' })}
        >
          Its pods
        </Link>
      )}
      {object.kind === 'Namespace' && (
        <Link
          to="/clusters/$id"
          params={{ id: clusterId }}
          search={{ tab: 'pods', namespace: object.name, ...(at && { at }) }}
          className={buttonStyle({ size: 'small' })}
        >
          Its pods
        </Link>
      )}
    </span>
  )
}
