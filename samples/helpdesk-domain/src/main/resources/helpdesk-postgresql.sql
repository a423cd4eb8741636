-- Each project has a board, each board a project: a circle that cannot be empty anywhere, looked at when a transaction ends.
alter table project add constraint project_board_fk foreign key (board_id) references board deferrable initially deferred;
