import type { Finding } from '@aiops/contract/model/finding'
import { Link } from '@tanstack/react-router'

/** A finding's title, leading to all that is told of it. */
export function FindingTitle({ finding }: { finding: Finding }) {
  return (
    <Link to="/findings/$id" params={{ id: finding.id }} className="hover:underline">
      {finding.title}
    </Link>
  )
}
