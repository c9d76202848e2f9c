import {
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { WorkerContext } from './worker-context.js';
import { HealthServer } from './health-server.js';

/** Stops the worker with the application: first what tells of it, so that it is known to stop, then the work itself. */
@Injectable()
export class WorkerLife implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly context: WorkerContext,
    private readonly health: HealthServer,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.health.listen();
  }

  async onApplicationShutdown(): Promise<void> {
    this.context.stop();
    await this.context.worker.close();
    await this.health.close();
  }
}

/** Everything that Nest puts together for one worker. */
@Module({})
export class WorkerModule {
  static of(context: WorkerContext): DynamicModule {
    return {
      module: WorkerModule,
      providers: [{ provide: WorkerContext, useValue: context }, HealthServer, WorkerLife],
    };
  }
}
