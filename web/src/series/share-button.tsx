import { useRouter } from '@tanstack/react-router'
import { Check, Link2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { type ExploreSearch, rangeOf } from './explore-search.ts'
import { rangeBounds } from './range.ts'
import { useExploreSearch } from './use-explore-search.ts'

/** A link to what is seen now: a range that follows the present is fixed, so that somebody else sees the same later. */
export function ShareButton() {
  const [search] = useExploreSearch()
  const router = useRouter()
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), 1_500)
    return () => clearTimeout(timer)
  }, [done])
  if (typeof navigator.clipboard === 'undefined') return null
  const copy = (): void => {
    const { href } = router.buildLocation({ to: '/explore', search: fixedSearch(search, Date.now()) })
    navigator.clipboard.writeText(location.origin + href).then(
      () => setDone(true),
      () => setDone(false),
    )
  }
  return (
    <Button onClick={copy} title="Copy a link to exactly this range">
      {done ? <Check aria-hidden /> : <Link2 aria-hidden />}
      {done ? 'Copied' : 'Share'}
    </Button>
  )
}

export function fixedSearch(search: ExploreSearch, nowMs: number): ExploreSearch {
  const { range: _, paused: __, ...rest } = search
  const { from, to } = rangeBounds(rangeOf(search), nowMs)
  return { ...rest, from: Math.floor(from), to: Math.ceil(to) }
}
