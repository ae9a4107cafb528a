import type { ComponentProps } from 'react'
import { className as join } from './class-name.ts'

const box =
  'rounded-md border border-line-strong bg-surface px-2.5 text-ink text-sm placeholder:text-ink-mute disabled:opacity-50'

export function TextField({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input autoComplete="off" spellCheck={false} className={join(box, 'h-8 min-w-0', className)} {...rest} />
  )
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={join(box, 'min-h-16 w-full py-1.5', className)} {...rest} />
}

/** The platform's own list: keyboard and screen reader work as people know it. */
export function SelectField({ className, ...rest }: ComponentProps<'select'>) {
  return <select className={join(box, 'h-8 min-w-0 pr-6', className)} {...rest} />
}
