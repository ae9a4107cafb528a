import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { className as join } from './class-name.ts'

export const buttonStyle = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium text-sm transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        plain: 'border-line-strong bg-surface text-ink hover:bg-sunken',
        strong: 'border-accent bg-accent text-accent-ink hover:opacity-90',
        quiet: 'border-transparent text-ink-soft hover:bg-sunken hover:text-ink',
        danger: 'border-critical bg-surface text-critical hover:bg-critical-soft',
      },
      size: {
        normal: 'h-8 px-3',
        small: 'h-7 px-2 text-xs',
        icon: 'size-8',
        'icon-small': 'size-6 [&_svg]:size-3.5',
      },
    },
    defaultVariants: { look: 'plain', size: 'normal' },
  },
)

type ButtonProps = ComponentProps<'button'> & VariantProps<typeof buttonStyle>

export function Button({ look, size, className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={join(buttonStyle({ look, size }), className)} {...rest} />
}
