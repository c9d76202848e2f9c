import { Controller, Get, Res } from '@nestjs/common';
import type { ViewHealth } from '@rapport/ledger';
import type { FastifyReply } from 'fastify';
import { ApiOperation, ApiProduces, ApiTags } from '../openapi/documented.js';
import { ServerContext } from '../server/server-context.js';

/** A view as readiness shows it: the worst of all tenants in use, without naming them. */
interface ViewReadiness {
  readonly view: string;
  readonly state: ViewHealth['state'];
  readonly lagEvents: number;
  readonly lagSeconds: number;
  readonly parked: number;
  readonly moving: boolean;
}

/** What those who run the server ask. */
@ApiTags('operations')
@Controller()
export class OperationsController {
  constructor(private readonly context: ServerContext) {}

  @Get('healthz')
  @ApiOperation({ summary: 'Whether the process answers' })
  alive(): { readonly alive: true } {
    return { alive: true };
  }

  @Get('readyz')
  @ApiOperation({
    summary:
      'Whether the views keep up: 503 while one is too far behind or stands still, and when the server is about to stop',
  })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const views = await this.worstOfEachView();
    const lagMax = this.context.settings.limits.readyLagEventsMax;
    const ready =
      !this.context.isDraining &&
      views.every((view) => view.lagEvents <= lagMax && (view.moving || view.lagEvents === 0));
    await reply
      .status(ready ? 200 : 503)
      .send({ ready, tenantsInUse: this.context.tenants.all().length, views });
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics in the Prometheus text format' })
  @ApiProduces('text/plain')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const views = await this.worstOfEachView();
    const text = await this.context.metrics.text(
      new Map(views.map(({ view, lagEvents }) => [view, lagEvents])),
    );
    await reply.header('Content-Type', this.context.metrics.contentType).send(text);
  }

  private async worstOfEachView(): Promise<readonly ViewReadiness[]> {
    const worst = new Map<string, ViewReadiness>();
    for (const ledger of this.context.tenants.all()) {
      for (const { view, state, lagEvents, lagSeconds, parked, moving } of await ledger.health()) {
        if (state !== 'live') continue;
        const known = worst.get(view);
        if (known === undefined || lagEvents > known.lagEvents)
          worst.set(view, { view, state, lagEvents, lagSeconds, parked, moving });
      }
    }
    return [...worst.values()];
  }
}
