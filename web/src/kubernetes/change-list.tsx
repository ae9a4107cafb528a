import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { Link } from '@tanstack/react-router'
import { Badge, type Tone } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { counted } from '../ui/words.ts'
import type { ChangeGroup } from './change-group.ts'
import { ObjectButton } from './object-button.tsx'
import { writeObject } from './tab-search.ts'
import type { TabChange } from './use-tab-search.ts'

const tones: Record<ObjectChange['kind'], Tone> = {
  ROLLOUT: 'low',
  CONFIG: 'medium',
  SCALE: 'ok',
  STATUS: 'info',
  LIFECYCLE: 'outline',
  OTHER: 'outline',
}

type ChangeListProps = { groups: readonly ChangeGroup[]; clusterId: string; change: TabChange; dim: boolean }

/** What changed, newest first, what belongs to one owner together. Rows out of sight are not laid out. */
export function ChangeList({ groups, clusterId, change, dim }: ChangeListProps) {
  return (
    <ol className={className(dim && 'opacity-60')}>
      {groups.map(({ key, owner, changes }) => (
        <li
          key={key}
          className="border-b px-4 py-2.5 [contain-intrinsic-size:auto_80px] [content-visibility:auto]"
        >
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Moment at={changes[0]?.at} form="both" className="text-ink-mute text-xs" />
            <span className="text-ink-mute text-xs">{owner.kind}</span>
            <ObjectButton {...{ change }} object={owner}>
              {owner.namespace && <span className="font-normal text-ink-soft">{owner.namespace}/</span>}
              {owner.name}
            </ObjectButton>
            {changes.length > 1 && (
              <span className="text-ink-mute text-xs">{counted(changes.length, 'change')}</span>
            )}
            {changes[0] && (
              <Link
                to="/clusters/$id"
                params={{ id: clusterId }}
                search={{
                  tab: 'pods',
                  at: changes.at(-1)?.at,
                  ...(owner.namespace && { namespace: owner.namespace }),
                }}
                className="ml-auto text-accent text-xs hover:underline"
              >
                Pods at that time
              </Link>
            )}
          </p>
          <ChangeRows changes={changes} own={writeObject(owner)} />
        </li>
      ))}
    </ol>
  )
}

/** Each change with what of it is different; `own` is the object whose name need not be repeated. */
export function ChangeRows({ changes, own }: { changes: readonly ObjectChange[]; own: string }) {
  const keys = uniqueKeys(changes, ({ at, object, summary }) => `${at} ${writeObject(object)} ${summary}`)
  return (
    <ul className="mt-1 space-y-0.5">
      {changes.map((one, i) => (
        <li key={keys[i]}>
          <details className="group">
            <summary className="flex list-none flex-wrap items-baseline gap-x-2 rounded px-1 hover:bg-sunken/60 [&::-webkit-details-marker]:hidden">
              <Moment at={one.at} form="precise" className="font-mono text-ink-mute text-xs" />
              <Badge tone={tones[one.kind]}>{one.kind}</Badge>
              {one.type !== 'CHANGED' && (
                <span className={className('text-xs', one.type === 'DELETED' ? 'text-high' : 'text-ok')}>
                  {one.type.toLowerCase()}
                </span>
              )}
              {writeObject(one.object) !== own && (
                <span className="min-w-0 break-all text-ink-soft">
                  {one.object.kind} {one.object.name}
                </span>
              )}
              <span className="min-w-0 break-words">{one.summary}</span>
              {one.fields.length > 0 && (
                <span className="text-ink-mute text-xs group-open:hidden">
                  {counted(one.fields.length, 'field')}
                </span>
              )}
            </summary>
            {one.fields.length > 0 && <FieldDifferences fields={one.fields} />}
          </details>
        </li>
      ))}
    </ul>
  )
}

function FieldDifferences({ fields }: Pick<ObjectChange, 'fields'>) {
  return (
    <dl className="my-1 ml-6 space-y-1.5 rounded-md bg-sunken px-3 py-2 font-mono text-xs">
      {fields.map(({ path, before, after }) => (
        <div key={path}>
          <dt className="break-all text-ink-mute">{path}</dt>
          <dd className="min-w-0">
            {before !== null && <p className="whitespace-pre-wrap break-all text-critical">− {before}</p>}
            {after !== null && <p className="whitespace-pre-wrap break-all text-ok">+ {after}</p>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
