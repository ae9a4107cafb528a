import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TestResult } from './test-result.tsx'
import { useCluster, useClusterActions } from './use-cluster.ts'
import type { useConnectionTest } from './use-connection-test.ts'

type TestStepProps = {
  test: ReturnType<typeof useConnectionTest>
  onBack: (step: number) => void
  onStartOver: () => void
}

/** The wizard's last step: how the tries come out, and where to go from there. */
export function TestStep({ test, onBack, onStartOver }: TestStepProps) {
  const { state } = test
  if (!state) return null
  const ready = state.end === 'READY' && state.cluster
  const left = state.end === 'LEFT' && state.cluster
  return (
    <div className="space-y-4">
      {ready ? (
        <ReadyTest test={test} id={ready.id} onStartOver={onStartOver} />
      ) : (
        <TestResult state={state} />
      )}
      {(state.end === 'REMOVED' || state.end === 'NOT_MADE') && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => onBack(1)} look="strong">
            <ChevronLeft aria-hidden /> Correct where
          </Button>
          <Button onClick={() => onBack(2)}>Correct what</Button>
          <Button onClick={() => onBack(3)}>Correct backends</Button>
        </div>
      )}
      {left && (
        <Link
          to="/clusters/$id"
          params={{ id: left.id }}
          search={{ tab: 'settings' }}
          className={buttonStyle()}
        >
          Open its settings
        </Link>
      )}
    </div>
  )
}

/** It is registered and was looked at; taking over an address shows what came of it here. */
function ReadyTest({
  test: { state, reset },
  id,
  onStartOver,
}: {
  test: ReturnType<typeof useConnectionTest>
  id: string
  onStartOver: () => void
}) {
  const { data } = useCluster(id)
  const { remove } = useClusterActions(id)
  if (!state) return null
  return (
    <>
      <TestResult state={data ? { ...state, cluster: data } : state} />
      {remove.error && <Failure error={remove.error} />}
      <div className="flex flex-wrap gap-2">
        <Link to="/clusters/$id" params={{ id }} className={buttonStyle({ look: 'strong' })}>
          Open the cluster
        </Link>
        <Link to="/clusters/$id" params={{ id }} search={{ tab: 'settings' }} className={buttonStyle()}>
          Change its backends
        </Link>
        <Button
          look="danger"
          className="ml-auto"
          disabled={remove.isPending}
          onClick={() =>
            remove.mutate(undefined, {
              onSuccess: () => {
                reset()
                onStartOver()
              },
            })
          }
        >
          Remove it again
        </Button>
      </div>
    </>
  )
}
