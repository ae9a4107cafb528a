import { cva, type VariantProps } from 'class-variance-authority'
import type { ReactNode } from 'react'
import { className as join } from './class-name.ts'

const style = cva(
  'inline-flex h-5 items-center gap-1 whitespace-nowrap rounded px-1.5 font-medium text-xs [&_svg]:size-3 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        critical: 'bg-critical-soft text-critical',
        high: 'bg-high-soft text-high',
        medium: 'bg-medium-soft text-medium',
        low: 'bg-low-soft text-low',
        info: 'bg-info-soft text-info',
        ok: 'bg-ok-soft text-ok',
        outline: 'border border-line-strong text-ink-soft',
      },
    },
    defaultVariants: { tone: 'info' },
  },
)

export type Tone = NonNullable<VariantProps<typeof style>['tone']>

export function Badge({
  tone,
  children,
  className,
  title,
}: {
  tone?: Tone
  children: ReactNode
  className?: string
  title?: string
}) {
  return (
    <span title={title} className={join(style({ tone }), className)}>
      {children}
    </span>
  )
}
