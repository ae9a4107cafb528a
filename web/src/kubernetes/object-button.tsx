import type { ReactNode } from 'react'
import { className } from '../ui/class-name.ts'
import { type ObjectName, writeObject } from './tab-search.ts'
import type { TabChange } from './use-tab-search.ts'

type ObjectButtonProps = { object: ObjectName; change: TabChange; children?: ReactNode; className?: string }

/** Opens a thing in full over the tab. */
export const ObjectButton = ({ object, change, children, className: given }: ObjectButtonProps) => (
  <button
    type="button"
    onClick={() => change({ object: writeObject(object), part: undefined })}
    title={`${object.kind} ${object.namespace ? `${object.namespace}/` : ''}${object.name}`}
    className={className('max-w-full truncate text-left font-medium hover:underline', given)}
  >
    {children ?? object.name}
  </button>
)
