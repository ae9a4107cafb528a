import { Link, useRouter } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { PageTitle } from './page-title.tsx'

/** A page that threw: the frame stays usable. */
export function PageFailure({ error }: { error: unknown }) {
  const router = useRouter()
  return <Failure error={error} onRetry={() => void router.invalidate()} />
}

export function PageMissing() {
  return (
    <>
      <PageTitle title="Not found" />
      <Empty icon={Compass} title="There is no page at this address.">
        Go to the{' '}
        <Link to="/" className="text-accent hover:underline">
          overview
        </Link>{' '}
        or press Ctrl K to search.
      </Empty>
    </>
  )
}
