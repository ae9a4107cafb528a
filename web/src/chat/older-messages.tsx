import { useEffect, useRef } from 'react'
import { Button } from '../ui/button.tsx'

type OlderMessagesProps = { more: boolean; waiting: boolean; onMore: () => void }

/** Above the oldest message that is shown: those before it come as it nears the screen, or by the button. */
export function OlderMessages({ more, waiting, onMore }: OlderMessagesProps) {
  const mark = useRef<HTMLDivElement>(null)
  const reads = more && !waiting
  useEffect(() => {
    const element = mark.current
    if (!element || !reads) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), {
      rootMargin: '300px 0px 0px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [reads, onMore])
  if (!more) return null
  return (
    <div ref={mark} className="flex justify-center pb-4">
      <Button size="small" look="quiet" disabled={waiting} onClick={onMore}>
        {waiting ? 'Loading earlier messages' : 'Show earlier messages'}
      </Button>
    </div>
  )
}
