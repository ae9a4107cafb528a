import { TriangleAlert } from 'lucide-react'

/** Documents that are not in force, with the reason. */
export function ProblemList({ problems }: { problems: readonly { file: string; message: string }[] }) {
  if (problems.length === 0) return null
  return (
    <ul className="space-y-1 border-b bg-critical-soft px-4 py-2">
      {problems.map((problem) => (
        <li key={`${problem.file} ${problem.message}`} className="flex gap-2">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
          <span className="min-w-0 break-words">
            <span className="font-mono text-xs">{problem.file}</span> is not in force: {problem.message}
          </span>
        </li>
      ))}
    </ul>
  )
}
