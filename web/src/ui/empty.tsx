import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { className as join } from './class-name.ts'

type EmptyProps = { icon: LucideIcon; title: string; children?: ReactNode; className?: string }

/** Nothing here, and what to do about it. */
export function Empty({ icon: Icon, title, children, className }: EmptyProps) {
  return (
    <div
      className={join('mx-auto flex max-w-2xl flex-col items-center gap-2 px-4 py-8 text-center', className)}
    >
      <Icon aria-hidden className="size-6 text-ink-mute" />
      <p className="font-medium text-base">{title}</p>
      {children !== undefined && <div className="w-full text-ink-soft">{children}</div>}
    </div>
  )
}
