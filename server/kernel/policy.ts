/**
 * The port to a policy engine beside the product's own permissions. The engine can only take away: allowed is
 * what both allow. Without one (`Services.policy` undefined) the built-in decision stands alone.
 */
import type { Attributes } from './actor.ts';

export interface PolicyQuestion {
  principal: {
    user: string;
    roles: readonly string[];
    teams: readonly string[];
    attributes: Attributes;
    tenant?: string;
  };
  /** A right such as `read`, or an operation such as `rename`. */
  action: string;
  /** For rows of a child table: the DocType whose documents they are part of. */
  resource: { doctype: string };
}

export interface PolicyAnswer {
  allowed: boolean;
  /** For people: why not. */
  reason?: string;
}

export interface Policy {
  /** Always answers, with what is configured when the engine does not. */
  ask(question: PolicyQuestion): Promise<PolicyAnswer>;
  /** What the engine said a short while ago. */
  recall(question: PolicyQuestion): PolicyAnswer | undefined;
  figures(): PolicyFigures;
}

/** Of one request, kept while its operation runs again. */
export interface PolicyAnswers {
  known: Map<string, PolicyAnswer>;
  /** Asked while the operation ran, and not answered yet. */
  open: Map<string, PolicyQuestion>;
}

/** How often, since the start. */
export interface PolicyFigures {
  allowed: number;
  denied: number;
  /** The engine gave no answer, so the configured one was given. */
  away: number;
}
