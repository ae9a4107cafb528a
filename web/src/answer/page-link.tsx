import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'
import { pagePath } from './page-path.ts'

type PageLinkProps = { to: string | null; children: ReactNode; className?: string }

/** A link to a page whose address an answer names; the words alone where it names none of this app. */
export function PageLink({ to, children, className }: PageLinkProps) {
  const router = useRouter()
  const path = pagePath(to)
  if (path === undefined) return <span>{children}</span>
  const go = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.history.push(path)
  }
  return (
    <a href={path} onClick={go} className={className ?? 'font-medium text-accent hover:underline'}>
      {children}
    </a>
  )
}
