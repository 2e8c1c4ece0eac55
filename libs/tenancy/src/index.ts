export * from './access.decorators';
export * from './guards/auth.guard';
export * from './guards/permission.guard';
export * from './guards/tenant.guard';
export * from './identity';
export * from './limits/rate-limit.policy';
export * from './limits/rate-limiter';
export * from './tenancy.module';
