package dev.tenantsafety.hibernate.world;

import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.query.Param;

/** As an application writes it, the unsafe way of deleting included. */
public interface TicketRepository extends JpaRepository<Ticket, TicketId> {

    List<Ticket> findByTitle(String title);

    long deleteByTitle(String title);

    @Modifying
    @Query("delete from Ticket t where t.title = :title")
    int deleteInBulk(@Param("title") String title);
}
